/**
 * Artifacts in a bucket, so that any replica can serve what another has stored.
 *
 * @module
 */
export { type S3ClientOptions, type S3Keys } from './s3-client.ts';
export { S3Driver, type S3DriverOptions } from './s3-driver.ts';
