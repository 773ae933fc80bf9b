/** What the foundation hands the reconciler: it reads its variables when it is loaded, so import this first. */
Object.assign(process.env, {
  CUSTOMER: 'Acme',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/Acme-Bedrock-OpsAlert-alarms',
  TABLE_NAME: 'Acme-Bedrock-OpsAlert-incidents',
  NOTIFICATION_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-notifications',
  STAKEHOLDERS: '3',
});
