/** What AWS documents of a message that is published, used by the functions and by the local AWS alike: limits. */

/** A subject must be shorter than 100. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const MOST_SUBJECT_CHARACTERS = 99;

/** 256 KiB, attributes included. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const MOST_MESSAGE_BYTES = 262_144;
