/** SQS delays a message by so much at most. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const MOST_DELAY_SECONDS = 900;
