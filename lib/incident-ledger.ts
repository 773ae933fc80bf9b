import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { incidentTableName } from '../lambda/contract/names';

export interface IncidentLedgerProps {
  readonly customer: string;
}

/**
 * What was claimed, told and asked for of each incident, so that nothing is told twice.
 *
 * Encrypted with DynamoDB's own key, which costs nothing: the table holds names of alarms and numbers of cases, no personal
 * data, and no service of AWS but the functions reads it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
 */
export class IncidentLedger extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { customer }: IncidentLedgerProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: incidentTableName(customer),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      /*
       * The name must be free for the next deployment. Nothing is lost at once: of a table with point-in-time recovery
       * DynamoDB keeps a backup for 35 days when it is deleted, at no cost.
       * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
       */
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
