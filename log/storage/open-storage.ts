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
  if (config.s3 !== undefined) {
    const bucket = new S3Bucket(config.s3).below(logId);
    return {
      objects: new PublishedS3(bucket.below('published')),
      staged: new StagedS3(bucket.below('staged')),
    };
  }
  const folder = join(config.dataDir, 'log', logId);
  return {
    objects: new PublishedFiles(join(folder, 'published')),
    staged: await StagedFiles.open(join(folder, 'staged')),
  };
}
