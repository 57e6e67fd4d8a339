// The table that worlds live in. It is the system of record: it survives the stack, a careless delete and a bad week.

import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb'
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

/** How far back the table can be restored to: as far as DynamoDB can. */
const RECOVERY_DAYS = 35

export class WorldTable extends Table {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: RECOVERY_DAYS,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }

  /** The calls that a tick log makes (stores/dynamodb-table.ts), on these worlds' items and the list of worlds alone. */
  statementFor(worlds: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      sid: 'OwnWorlds',
      effect: Effect.ALLOW,
      actions: ['dynamodb:BatchWriteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
      resources: [this.tableArn],
      conditions: {
        'ForAllValues:StringLike': {
          'dynamodb:LeadingKeys': [...worlds.flatMap((world) => [world, `${world}#*`]), '#worlds'],
        },
        // ForAllValues is true of no values at all, so a request has to have some.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    })
  }
}
