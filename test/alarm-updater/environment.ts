/** What the foundation hands the alarm updater: it reads its variables when it is loaded, so import this first. */
Object.assign(process.env, {
  CUSTOMER: 'Acme',
  TABLE_NAME: 'Acme-Bedrock-OpsAlert-incidents',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/Acme-Bedrock-OpsAlert-tasks',
});
