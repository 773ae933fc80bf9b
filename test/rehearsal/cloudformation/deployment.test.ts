import { describe, expect, test } from '@jest/globals';
import {
  type DeployedStack,
  deleteStack,
  deployStack,
  type ResourceHandler,
  type ResourceHandlers,
  type ResourceRequest,
  StackFailed,
} from '../../../rehearsal/cloudformation/deployment';
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

/** Handlers that note what they are asked, and fail for the logical id `failing`. */
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
      return { ref: `ref-${request.logicalId}`, attributes: { Arn: `arn-${request.logicalId}` } };
    },
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

  test('fails with stack, logical id and reason, and says what is there', async () => {
    const { handlers } = notingHandlers('Queue');
    const error = await rejectionOf(deployStack(stackOf(template), handlers));
    expect(error).toBeInstanceOf(StackFailed);
    expect(error).toMatchObject({
      message: 'acme | CREATE_FAILED | Queue | Invalid parameter: Name',
      logicalId: 'Queue',
      reason: 'Invalid parameter: Name',
      partial: { resources: [{ logicalId: 'Topic' }] },
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
    const { handlers } = notingHandlers();
    const create = async (): Promise<never> => {
      throw new NotRehearsed('FIFO topics');
    };
    const stack = stackOf(template);
    await expect(deployStack(stack, { ...handlers, 'AWS::SNS::Topic': { create } })).rejects.toThrow(
      NotRehearsed,
    );
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
      partial: { resources: [{ logicalId: 'Topic' }] },
    });
  });

  test('is refused under termination protection', async () => {
    const { handlers, notes } = notingHandlers();
    const deployed = await deployStack({ ...stackOf(template), terminationProtection: true }, handlers);
    await expect(deleteStack(deployed, handlers)).rejects.toThrow(AwsError);
    expect(notes).not.toContainEqual(expect.stringContaining('delete'));
  });

  test('names a type that cannot be deleted', async () => {
    const { handlers } = notingHandlers();
    const deployed = await deployStack(stackOf(template), handlers);
    const create = async (): Promise<never> => Promise.reject(new Error('unused'));
    await expect(deleteStack(deployed, { ...handlers, 'AWS::SQS::Queue': { create } })).rejects.toThrow(
      'how to delete AWS::SQS::Queue (acme/Queue)',
    );
  });
});
