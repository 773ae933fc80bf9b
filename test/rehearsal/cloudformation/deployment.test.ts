import { describe, expect, test } from '@jest/globals';
import { deleteStack, deployStack, updateStack } from '../../../rehearsal/cloudformation/deployment';
import {
  type DeployedStack,
  type PhysicalResource,
  type ResourceHandler,
  type ResourceHandlers,
  type ResourceRequest,
  StackFailed,
} from '../../../rehearsal/cloudformation/stack-resources';
import { AwsError, NotRehearsed } from '../../../rehearsal/service';
import { stackOf } from './stack-of';

const resources = {
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: { Key: { 'Fn::GetAtt': ['Topic', 'Arn'] }, Name: { Ref: 'AWS::NoValue' } },
  },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { Period: 60 } },
  Table: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Retain', Properties: { Queue: { Ref: 'Queue' } } },
};
const template = { Resources: resources, Outputs: { Url: { Value: { Ref: 'Queue' } } } };

/** Handlers that note what they are asked, and fail for the logical id `failing`. A change of `Name` means replacement. */
function notingHandlers(failing?: string): {
  handler: ResourceHandler;
  handlers: ResourceHandlers;
  notes: string[];
  requests: ResourceRequest[];
} {
  const notes: string[] = [];
  const requests: ResourceRequest[] = [];
  const handler = {
    create: async (request: ResourceRequest) => {
      if (request.logicalId === failing) throw new AwsError('InvalidParameter', 'Invalid parameter: Name');
      notes.push(`create ${request.logicalId}`);
      requests.push(request);
      const { Name = `ref-${request.logicalId}` } = request.properties;
      return { ref: String(Name), attributes: { Arn: `arn-${request.logicalId}` } };
    },
    update: async (request: ResourceRequest, before: PhysicalResource) => {
      notes.push(`update ${request.logicalId} ${JSON.stringify(request.properties)}`);
      if (request.logicalId === failing) throw new AwsError('InvalidParameter', 'Invalid parameter: Period');
      return { ...before, attributes: { Arn: `arn-${request.logicalId}-2` } };
    },
    needsReplacement: (changed: readonly string[]) => changed.includes('Name'),
    nameProperty: 'Name',
    delete: async ({ logicalId, ref }: { logicalId: string; ref: string }) => {
      if (logicalId === failing) throw new Error('still in use');
      notes.push(`delete ${logicalId} ${ref}`);
    },
  };
  const handlers = {
    'AWS::SQS::Queue': handler,
    'AWS::SNS::Topic': handler,
    'AWS::DynamoDB::Table': handler,
  };
  return { handler, handlers, notes, requests };
}

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('deploying a stack', () => {
  test('creates in order, with resolved properties, and keeps what was made', async () => {
    const { handlers, notes, requests } = notingHandlers();
    const deployed = await deployStack(stackOf(template), handlers);
    expect(notes).toEqual(['create Topic', 'create Queue', 'create Table']);
    expect(requests.map(({ properties }) => properties)).toEqual([
      { Period: 60 },
      { Key: 'arn-Topic' },
      { Queue: 'ref-Queue' },
    ]);
    expect(deployed.outputs).toEqual({ Url: 'ref-Queue' });
    expect(deployed.resources[1]).toEqual({
      logicalId: 'Queue',
      type: 'AWS::SQS::Queue',
      properties: { Key: 'arn-Topic' },
      deletionPolicy: 'Delete',
      updateReplacePolicy: 'Delete',
      ref: 'ref-Queue',
      attributes: { Arn: 'arn-Queue' },
    });
  });

  test('derives names for what the template leaves unnamed, the same each time', async () => {
    const names = async (): Promise<(string | undefined)[]> => {
      const { handlers, requests } = notingHandlers();
      await deployStack(stackOf(template), handlers);
      return [requests[0]?.physicalName(), requests[0]?.physicalName(20), requests[1]?.physicalName()];
    };
    const [topic, short, queue] = await names();
    expect(topic).toMatch(/^acme-Topic-[0-9a-f]{12}$/);
    expect(short).toMatch(/^acme-To-[0-9a-f]{12}$/);
    expect(queue).toMatch(/^acme-Queue-[0-9a-f]{12}$/);
    expect(topic?.slice(-12)).not.toBe(queue?.slice(-12));
    expect(await names()).toEqual([topic, short, queue]);
  });

  test('fails with stack, logical id and reason, and takes back what it made', async () => {
    const { handlers, notes } = notingHandlers('Table');
    const error = await rejectionOf(deployStack(stackOf(template), handlers));
    expect(notes).toEqual([
      'create Topic',
      'create Queue',
      'delete Queue ref-Queue',
      'delete Topic ref-Topic',
    ]);
    expect(error).toBeInstanceOf(StackFailed);
    expect(error).toMatchObject({
      message: 'acme | CREATE_FAILED | Table | Invalid parameter: Name',
      logicalId: 'Table',
      reason: 'Invalid parameter: Name',
      left: { resources: [] },
    });
  });

  test('creates nothing if a type is unknown', async () => {
    const { handlers, notes } = notingHandlers();
    const stack = stackOf({ ...resources, Bucket: { Type: 'AWS::S3::Bucket' } });
    await expect(deployStack(stack, handlers)).rejects.toThrow(
      new NotRehearsed('the resource type AWS::S3::Bucket (acme/Bucket)'),
    );
    expect(notes).toEqual([]);
  });

  test('does not disguise what a handler does not know', async () => {
    const { handler, handlers } = notingHandlers();
    const create = async (): Promise<never> => {
      throw new NotRehearsed('FIFO topics');
    };
    const stack = stackOf(template);
    await expect(
      deployStack(stack, { ...handlers, 'AWS::SNS::Topic': { ...handler, create } }),
    ).rejects.toThrow(NotRehearsed);
  });

  test('names an attribute that a resource does not have', async () => {
    const { handlers } = notingHandlers();
    const stack = stackOf({
      ...resources,
      Queue: { Type: 'AWS::SQS::Queue', Properties: { A: { 'Fn::GetAtt': 'Topic.Colour' } } },
    });
    await expect(deployStack(stack, handlers)).rejects.toThrow(
      'acme/Queue: the attribute Colour of AWS::SNS::Topic Topic',
    );
  });

  test('serves named custom resources with the handler for all', async () => {
    const { handler, requests } = notingHandlers();
    const stack = stackOf({ Threshold: { Type: 'Custom::Threshold' } });
    await deployStack(stack, { 'AWS::CloudFormation::CustomResource': handler });
    expect(requests[0]?.type).toBe('Custom::Threshold');
  });
});

describe('deleting a stack', () => {
  async function deployAndDelete(
    failing?: string,
  ): Promise<{ notes: string[]; deletion: () => Promise<void> }> {
    const deployed: DeployedStack = await deployStack(stackOf(template), notingHandlers().handlers);
    const { handlers, notes } = notingHandlers(failing);
    return { notes, deletion: () => deleteStack(deployed, handlers) };
  }

  test('goes backwards and leaves what is retained', async () => {
    const { notes, deletion } = await deployAndDelete();
    await deletion();
    expect(notes).toEqual(['delete Queue ref-Queue', 'delete Topic ref-Topic']);
  });

  test('stops at a failure and says what is left', async () => {
    const { deletion } = await deployAndDelete('Topic');
    expect(await rejectionOf(deletion())).toMatchObject({
      message: 'acme | DELETE_FAILED | Topic | still in use',
      left: { resources: [{ logicalId: 'Topic' }] },
    });
  });

  test('is refused under termination protection', async () => {
    const { handlers, notes } = notingHandlers();
    const deployed = await deployStack({ ...stackOf(template), terminationProtection: true }, handlers);
    await expect(deleteStack(deployed, handlers)).rejects.toThrow(AwsError);
    expect(notes).not.toContainEqual(expect.stringContaining('delete'));
  });
});

describe('updating a stack', () => {
  /** Deploys `before` and then `after`, whose resource `failing` fails. */
  async function update(
    before: Readonly<Record<string, unknown>>,
    after: Readonly<Record<string, unknown>>,
    failing?: string,
  ) {
    const was = await deployStack(stackOf(before), notingHandlers().handlers);
    const { handlers, notes } = notingHandlers(failing);
    return { was, notes, updating: updateStack(was, stackOf(after), handlers) };
  }
  const topic = (properties: Readonly<Record<string, unknown>>, attributes = {}) => ({
    Type: 'AWS::SNS::Topic',
    Properties: properties,
    ...attributes,
  });
  const queueOnTopic = {
    Type: 'AWS::SQS::Queue',
    Properties: { Key: { 'Fn::GetAtt': ['Topic', 'Arn'] } },
  };

  test('does not touch what resolves to the same properties, and keeps what it answered', async () => {
    const { notes, updating, was } = await update(template, template);
    expect((await updating).resources).toEqual(was.resources);
    expect(notes).toEqual([]);
  });

  test('changes in place, and with it what refers to an attribute that is another now', async () => {
    const { notes, updating } = await update(
      { Topic: topic({ Period: 60 }), Queue: queueOnTopic },
      { Topic: topic({ Period: 300 }), Queue: queueOnTopic },
    );
    const { resources } = await updating;
    expect(notes).toEqual(['update Topic {"Period":300}', 'update Queue {"Key":"arn-Topic-2"}']);
    expect(resources.map(({ ref, properties }) => [ref, properties])).toEqual([
      ['ref-Topic', { Period: 300 }],
      ['ref-Queue', { Key: 'arn-Topic-2' }],
    ]);
  });

  test('replaces before it deletes, and deletes what is gone in the end', async () => {
    const { notes, updating } = await update(
      { Topic: topic({ Name: 'a' }), Queue: { Type: 'AWS::SQS::Queue' } },
      { Topic: topic({ Name: 'b' }), Table: { Type: 'AWS::DynamoDB::Table' } },
    );
    expect((await updating).resources.map(({ ref }) => ref)).toEqual(['b', 'ref-Table']);
    expect(notes).toEqual(['create Topic', 'create Table', 'delete Topic a', 'delete Queue ref-Queue']);
  });

  test('keeps what its policies retain', async () => {
    const { notes, updating } = await update(
      { Topic: topic({ Name: 'a' }), Gone: topic({}, { DeletionPolicy: 'RetainExceptOnCreate' }) },
      { Topic: topic({ Name: 'b' }, { UpdateReplacePolicy: 'Retain' }) },
    );
    await updating;
    expect(notes).toEqual(['create Topic']);
  });

  test('gives a replacement that is left unnamed another name', async () => {
    const { handler, handlers, requests } = notingHandlers();
    const byColour = {
      ...handlers,
      'AWS::SNS::Topic': {
        ...handler,
        needsReplacement: (changed: readonly string[]) => changed.includes('Colour'),
      },
    };
    const was = await deployStack(stackOf({ Topic: topic({ Colour: 'red' }) }), byColour);
    await updateStack(was, stackOf({ Topic: topic({ Colour: 'blue' }) }), byColour);
    const [first, second] = requests.map((request) => request.physicalName());
    expect(second).toMatch(/^acme-Topic-/);
    expect(second).not.toBe(first);
  });

  test('refuses to replace what keeps its name', async () => {
    const { handler, handlers } = notingHandlers();
    const fixed = { ...handlers, 'AWS::SNS::Topic': { ...handler, needsReplacement: () => true } };
    const was = await deployStack(stackOf({ Topic: topic({ Name: 'a', Fifo: false }) }), fixed);
    await expect(
      updateStack(was, stackOf({ Topic: topic({ Name: 'a', Fifo: true }) }), fixed),
    ).rejects.toThrow('custom-named resource requires replacing. Rename a and update the stack again.');
  });

  test('puts everything back when one thing fails, that one included', async () => {
    const { notes, updating, was } = await update(
      { Topic: topic({ Period: 60 }), Queue: { Type: 'AWS::SQS::Queue', Properties: { Delay: 1 } } },
      {
        Topic: topic({ Period: 300 }),
        New: topic({}),
        Queue: { Type: 'AWS::SQS::Queue', Properties: { Delay: 2 } },
      },
      'Queue',
    );
    const error = await rejectionOf(updating);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^acme \| UPDATE_FAILED \| Queue \| Invalid parameter: Period; the rollback failed/,
      ),
      left: was,
    });
    expect(notes).toEqual([
      'update Topic {"Period":300}',
      'create New',
      'update Queue {"Delay":2}',
      'update Queue {"Delay":1}',
      'delete New ref-New',
      'update Topic {"Period":60}',
    ]);
  });

  test('holds although something cannot be deleted in the end', async () => {
    const { updating } = await update(
      { Topic: topic({}), Queue: queueOnTopic },
      { Topic: topic({}) },
      'Queue',
    );
    expect(await rejectionOf(updating)).toMatchObject({
      message: 'acme | DELETE_FAILED | Queue | still in use',
      left: { resources: [{ logicalId: 'Topic' }] },
    });
  });

  test('refuses another type under the same logical id', async () => {
    const { updating, notes } = await update({ A: topic({}) }, { A: { Type: 'AWS::SQS::Queue' } });
    await expect(updating).rejects.toThrow(
      'The new template modifies resource type of the following resources: [A]',
    );
    expect(notes).toEqual([]);
  });
});
