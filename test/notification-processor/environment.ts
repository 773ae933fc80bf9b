/** What the foundation hands the processor: it reads its variables when it is loaded, so import this first. */
Object.assign(process.env, {
  CUSTOMER: 'Acme',
  NOTIFICATION_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:Acme-Bedrock-OpsAlert-notifications',
  CONTACT_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:contacts',
  TABLE_NAME: 'Acme-Bedrock-OpsAlert-incidents',
  MAX_NEW_CASES_PER_DAY: '10',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/Acme-Bedrock-OpsAlert-alarms',
});
