/** What somebody wrote on a support case. */
export interface CaseCommunication {
  readonly body: string;
  readonly isByAws: boolean;
  /** Undefined where AWS did not say. */
  readonly at: Date | undefined;
}
