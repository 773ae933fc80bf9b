import { describe, expect, test } from '@jest/globals';
import { instantText } from '../../../rehearsal/instant';
import { profileId, profileMetric } from '../../../rehearsal/services/bedrock';
import { type Played, play, regionOf } from './small-application';

const watched = {
  name: 'Nova',
  accountId: '111122223333',
  region: 'us-east-1',
  modelId: 'us.amazon.nova-micro-v1:0',
  alarms: {},
  metricNamespace: 'AWS/Bedrock',
  metricDimensions: { ModelId: 'us.amazon.nova-micro-v1:0' },
  quotaCodes: { RPM: null, TPM: null },
};
const elsewhere = { ...watched, name: 'Nova-EU', region: 'eu-west-1' };

const playProfiles = (
  inferenceProfiles: Readonly<Record<string, unknown>>,
  { models = [watched], events = [] }: { models?: readonly object[]; events?: readonly object[] } = {},
) => play([], { settings: { stacks: [], watched: models }, inferenceProfiles, events });

const copyFrom = 'us.amazon.nova-micro-v1:0';

/** Each application profile, and when it was made. */
const madeIn = (played: Played) =>
  regionOf(played)
    .bedrock.profiles()
    .filter(({ type }) => type === 'APPLICATION')
    .map(({ name, id, createdAt }) => `${name} ${id} ${instantText(createdAt).slice(11, 16)}`);

describe('an inference profile of a scenario', () => {
  test('is there at the deployment, in every Region of the settings', async () => {
    const played = await playProfiles({ Orders: { copyFrom } }, { models: [watched, elsewhere] });
    expect(madeIn(played)).toEqual([`Orders ${profileId('Orders')} 08:00`]);
    const { bedrock } = played.aws.region('111122223333', 'eu-west-1');
    expect(bedrock.profiles().map(({ id }) => id)).toEqual([copyFrom, profileId('Orders')]);
  });

  test('is made later where it says so, and the timeline of its traffic is that of the scenario', async () => {
    const id = 'a1b2c3d4e5f6';
    const history = { interval: '1h', Invocations: 7 };
    const played = await playProfiles({
      Late: { copyFrom, id, from: '20m', history, series: { Invocations: '_x20 5x9' } },
    });
    expect(played.report.failures).toEqual([]);
    expect(madeIn(played)).toEqual([`Late ${id} 09:20`]);
    const series = regionOf(played).metrics.series(profileMetric(id, 'Invocations'));
    const minute = Date.parse('2026-03-02T09:00:00Z') / 60_000;
    expect([series.at(minute - 60), series.at(minute), series.at(minute + 20)]).toEqual([7, Number.NaN, 5]);
  });

  test('that a person deletes is gone, and its traffic goes on', async () => {
    const id = 'a1b2c3d4e5f6';
    const events = [
      { at: '10m', call: 'bedrock.DeleteInferenceProfile', with: { inferenceProfileIdentifier: id } },
    ];
    const played = await playProfiles(
      { Orders: { copyFrom, id, series: { Invocations: '5x59' } } },
      { events },
    );
    expect(played.report.failures).toEqual([]);
    expect(madeIn(played)).toEqual([]);
    const series = regionOf(played).metrics.series(profileMetric(id, 'Invocations'));
    expect(series.at(Date.parse('2026-03-02T09:30:00Z') / 60_000)).toBe(5);
  });

  test('may be what a model of the settings is, and then its models are known', async () => {
    const id = 'a1b2c3d4e5f6';
    const modelId = `arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/${id}`;
    const own = { ...watched, modelId, metricDimensions: { ModelId: id } };
    const played = await playProfiles(
      { Orders: { copyFrom: 'amazon.nova-micro-v1:0', id } },
      { models: [own] },
    );
    expect(regionOf(played).bedrock.profiles()).toMatchObject([
      { arn: modelId, modelArns: ['arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0'] },
    ]);
  });

  test('that AWS refuses is a failure of the scenario', async () => {
    const events = [
      {
        at: '10m',
        call: 'bedrock.CreateInferenceProfile',
        with: {
          inferenceProfileName: 'Late',
          modelSource: { copyFrom: 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0' },
        },
      },
    ];
    const { report } = await playProfiles({ Late: { copyFrom, from: '20m' } }, { events });
    expect(report.failures).toEqual([expect.stringContaining('AWS refused this event (ConflictException')]);
  });
});
