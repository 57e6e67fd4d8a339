// A function out of one file of lambda/: bundled by the esbuild of this project, with a role and a log of its own.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Duration, RemovalPolicy, type Size } from 'aws-cdk-lib'
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { ApplicationLogLevel, Architecture, LoggingFormat, Runtime, SystemLogLevel } from 'aws-cdk-lib/aws-lambda'
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { LOG_RETENTION_DAYS } from './capacity.ts'

const PROJECT = join(import.meta.dirname, '..')

/** Parsers that undici has for machines without SIMD, and another one that it is only trying out. */
const OTHER_PARSERS = ['../llhttp/llhttp-wasm.js', '../milo/*']

export interface BundledFunctionOptions {
  /** A file of lambda/ that exports `handler`. */
  handlerFile: string
  description: string
  memoryMebibytes: number
  timeoutSeconds: number
  reservedConcurrency?: number
  /** Of /tmp; Lambda's 512 MB unless told. */
  scratchSpace?: Size
  environment: Record<string, string>
  /** Whether Lambda's own lines about each invocation are worth their price; true. */
  logsInvocations?: boolean
  /** Packages that read files of their own, and so lie beside its bundle as they are; with the folders of each that it needs. */
  whole?: Readonly<Record<string, string>>
  /** Files that lie beside its bundle: their texts by their names. */
  beside?: Readonly<Record<string, string>>
  /** Files that its code imports only on ways that it never goes, from the project's root: they are not bundled. */
  unreached?: string[]
}

/** As the index of its top folder imports a file; esbuild goes by that text. @throws Error where there is no such file */
function importOf(file: string): string {
  if (!existsSync(join(PROJECT, file))) throw new Error(`${file} is to be left out of a bundle, and is not there`)
  return `./${file.slice(file.indexOf('/') + 1)}`
}

/** Commands that put a package beside a bundle. @param folder of it that is needed */
function copying(output: string, name: string, folder: string): string[] {
  const [from, to] = [join(PROJECT, 'node_modules', name), join(output, 'node_modules', name)]
  return [`mkdir -p "${to}"`, `cp -r "${join(from, folder)}" "${join(from, 'package.json')}" "${to}"`]
}

/** A command that writes a text into a file. */
function writing(file: string, text: string): string {
  return `printf '%s\\n' '${text.replaceAll("'", "'\\''")}' > "${file}"`
}

export class BundledFunction extends NodejsFunction {
  constructor(scope: Construct, id: string, options: BundledFunctionOptions) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: LOG_RETENTION_DAYS as RetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    super(scope, id, {
      entry: join(PROJECT, 'lambda', options.handlerFile),
      description: options.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: options.memoryMebibytes,
      timeout: Duration.seconds(options.timeoutSeconds),
      ...(options.reservedConcurrency ? { reservedConcurrentExecutions: options.reservedConcurrency } : {}),
      ...(options.scratchSpace ? { ephemeralStorageSize: options.scratchSpace } : {}),
      environment: options.environment,
      // The managed policy for logging would allow every log group of the account.
      role: new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: options.logsInvocations === false ? SystemLogLevel.WARN : SystemLogLevel.INFO,
      depsLockFilePath: join(PROJECT, 'package-lock.json'),
      projectRoot: PROJECT,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        // The SDK comes from this project's lock file and not from whatever the runtime has this month: what was tested
        // is what runs. Left out is only what no function reaches.
        externalModules: [
          ...OTHER_PARSERS,
          ...(options.unreached ?? []).map(importOf),
          ...Object.keys(options.whole ?? {}),
        ],
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_, output) => [
            ...Object.entries(options.whole ?? {}).flatMap((each) => copying(output, ...each)),
            ...Object.entries(options.beside ?? {}).map(([name, text]) => writing(join(output, name), text)),
          ],
        },
        esbuildArgs: { '--alias:undici': join(PROJECT, 'lambda/undici-pool.js') },
        // An ES module has no require, and some of what is bundled asks for Node's own modules by it.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },
    })
    this.addToRolePolicy(
      new PolicyStatement({
        sid: 'OwnLog',
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
  }
}
