import { thresholdDriftText } from '../contract/threshold-drift';
import { sendLater } from '../ports/queue';
import { environment } from './environment';
import type { ExpectedAlarm, ExpectedModel } from './expected-model';
import { orSay } from './one-by-one';

/** By then a deployment that changes alarm and `config` has changed both, and nothing is told that is right a moment later. */
const TOLD_AFTER_SECONDS = 120;

/** Each run that finds the alarm so asks for it; the processor tells it once. */
export const haveDriftTold = ({ model }: ExpectedModel, { quota, alarmName }: ExpectedAlarm): Promise<void> =>
  orSay(`That the alarm ${alarmName} is not as its quota gives could not be handed over to be told`, () =>
    sendLater(environment.QUEUE_URL, thresholdDriftText({ model, quota }), TOLD_AFTER_SECONDS),
  );
