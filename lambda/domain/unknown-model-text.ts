import { caseSubject } from './case-identity';
import { CASE_CATEGORIES } from './decision';
import { type EmailText, emailBody, emailSubject } from './email-parts';
import type { MayBeRepeat } from './incident';
import { fact, type Prose, plain, prose, section } from './prose';
import { alarmLink } from './words';

/** What is known of a model whose configuration cannot be used: that alarms of it went off. */
export interface UnknownModel {
  readonly customer: string;
  readonly modelName: string;
  readonly region: string;
  /** The full names of the alarms that the message names; the composite at least. */
  readonly alarmNames: readonly string[];
  /** The name of the parameter that should hold the configuration. */
  readonly parameter: string;
  /** One sentence that says what is wrong with it. */
  readonly fault: string;
  readonly mayBeRepeat: MayBeRepeat | undefined;
}

/** The e-mail for an incident of which nothing more can be told. Its severity is not known, so it is the higher one. */
export const unknownModelEmail = (unknown: UnknownModel): EmailText => ({
  subject: emailSubject('CRITICAL', unknown.customer, unknown.modelName, 'alarm without configuration'),
  body: emailBody(unknown.mayBeRepeat, [
    section(
      'What happened',
      prose`An alarm of ${unknown.modelName} has gone off, but how the model is monitored cannot be read. ${fact(
        { claim: 'unusableConfig', parameter: unknown.parameter },
        unknown.fault,
      )}`,
    ),
    section(
      'What to do now',
      plain('- Look at the alarms by hand; how bad it is was not judged, and CRITICAL stands for not known.'),
      plain("- Deploy the model's stack again, which writes its configuration anew."),
    ),
    section('What was done', noCaseOfUnknownModel(unknown)),
    section(
      'Links',
      ...unknown.alarmNames.map((name) => plain(`- Alarm: ${alarmLink(unknown.region, name)}`)),
    ),
  ]),
});

const noCaseOfUnknownModel = ({ customer, modelName, region }: UnknownModel): Prose => ({
  text: 'No AWS Support case was opened or updated.',
  claims: CASE_CATEGORIES.map((category) => ({
    claim: 'noCase',
    subject: caseSubject(customer, modelName, category, region),
    why: 'no-configuration',
    telling: null,
  })),
});
