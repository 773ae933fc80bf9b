import type { MonitoredModel, Product } from '../product';
import type { Incident, SupportCase } from '../report';
import type { QuotaRequest } from '../services/quota-requests';
import { limitingQuotas } from './limiting-quotas';
import type { LocalAws } from './local-aws';
import type { LocalRegion } from './local-region';

export interface WhatIsKnown {
  readonly aws: LocalAws;
  readonly product: Product;
  readonly models: readonly MonitoredModel[];
  readonly incidents: readonly Incident[];
}

/** Every case of every account. Ours say in their subject which model they are about; of AWS's own the quota tells. */
export const casesOf = (known: WhatIsKnown): readonly SupportCase[] =>
  known.aws.accountIds
    .flatMap((accountId) => known.aws.support(accountId).cases())
    .map(({ displayId, openedAt, via, subject, status, communications }) => {
      const asked = requestOf(displayId, known.aws);
      const { model = null, category = null } =
        (asked === undefined
          ? known.product.readCaseSubject(subject)
          : {
              model: modelThatAsked(asked, openedAt, known),
              category: known.product.quotaRequestCategory,
            }) ?? {};
      return { displayId, openedAt, via, model, category, subject, status, communications };
    });

interface Asked {
  readonly region: LocalRegion;
  readonly request: QuotaRequest;
}

function requestOf(displayId: string, aws: LocalAws): Asked | undefined {
  return aws
    .allRegions()
    .flatMap((region) => region.serviceQuotas.requests().map((request) => ({ region, request })))
    .find(({ request }) => request.supportCase?.displayId === displayId);
}

/** Of the models that the quota limits the one whose incident was opened last before the case. */
function modelThatAsked(
  { region, request: { quotaCode } }: Asked,
  openedAt: string,
  { product, models, incidents }: WhatIsKnown,
): string | undefined {
  const limited = models
    .filter((model) => model.accountId === region.accountId && model.region === region.region)
    .filter((model) => Object.values(limitingQuotas(model, region, product)).includes(quotaCode))
    .map(({ name }) => name);
  const [last] = incidents
    .filter((incident) => limited.includes(incident.model) && incident.openedAt <= openedAt)
    .toSorted((a, b) => (a.openedAt > b.openedAt ? -1 : 1));
  return last?.model ?? limited[0];
}
