package io.stepfree.gateway.deliveries;

/**
 * One delivery that is this gateway's to make.
 *
 * @param id the webhook-id, the same at every attempt
 * @param client whose scan or batch it is about
 * @param url who is told
 * @param body what is told
 * @param attempt the number of this attempt from 1, which fences an outcome that comes too late
 */
record Parcel(String id, String client, String url, String body, int attempt) {}
