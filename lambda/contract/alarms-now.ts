/** An alarm as CloudWatch has it at this moment. */
export interface AlarmNow {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** The last change of state; undefined where CloudWatch did not say. */
  readonly since: Date | undefined;
  /** A mute rule is active for it, or its actions are disabled: whoever did that wants to hear nothing of it. */
  readonly isMuted: boolean;
}
