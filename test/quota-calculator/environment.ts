/** What the foundation hands the calculator: it reads its variables when it is loaded, so import this first. */
process.env.QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/111122223333/Acme-Bedrock-OpsAlert-tasks';
