/** Where one log keeps its objects: files below the data folder, or an S3-compatible bucket. */
import { join } from 'node:path';
import type { Config } from '#lib/server/config.ts';
import { PublishedFiles, StagedFiles } from './filesystem.ts';
import type { PublishedObjects, StagedObjects } from './objects.ts';
import { PublishedS3, StagedS3 } from './s3.ts';
import { S3Bucket } from './s3-bucket.ts';

export interface LogStorage {
  readonly objects: PublishedObjects;
  readonly staged: StagedObjects;
}

/** `logId` names the folder, in hexadecimal. */
export async function openStorage(config: Config, logId: string): Promise<LogStorage> {
  const objects = openObjects(config, logId);
  if (config.s3 !== undefined) {
    return { objects, staged: new StagedS3(new S3Bucket(config.s3).below(logId).below('staged')) };
  }
  return { objects, staged: await StagedFiles.open(join(config.dataDir, 'log', logId, 'staged')) };
}

/** What is published, for one who only reads. */
export function openObjects(config: Config, logId: string): PublishedObjects {
  return config.s3 === undefined
    ? new PublishedFiles(join(config.dataDir, 'log', logId, 'published'))
    : new PublishedS3(new S3Bucket(config.s3).below(logId).below('published'));
}

/** What is kept beside the logs, by its hash: to be read, and opened to be written. */
export function openAttestations(config: Config): {
  readonly objects: PublishedObjects;
  readonly open: () => Promise<StagedObjects>;
} {
  if (config.s3 !== undefined) {
    const bucket = new S3Bucket(config.s3).below('attestations');
    return { objects: new PublishedS3(bucket), open: async () => new StagedS3(bucket) };
  }
  const folder = join(config.dataDir, 'log', 'attestations');
  return { objects: new PublishedFiles(folder), open: () => StagedFiles.open(folder) };
}
