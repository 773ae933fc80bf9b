import type { Stack } from '../../../rehearsal/cloudformation/assembly';
import { readTemplate } from '../../../rehearsal/cloudformation/template';

/** A stack named `acme` with the template `template`, or just its `Resources`. */
export function stackOf(template: Readonly<Record<string, unknown>>): Stack {
  return {
    id: 'Acme',
    stackName: 'acme',
    stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/acme/0',
    accountId: '111122223333',
    region: 'us-east-1',
    terminationProtection: false,
    tags: {},
    dependencies: [],
    template: readTemplate('Resources' in template ? template : { Resources: template }, 'acme'),
    assets: new Map(),
  };
}
