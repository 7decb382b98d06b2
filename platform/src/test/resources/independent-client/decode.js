// usage: node decode.js <registry address>, with the record's value in base64 on standard input.
// Prints the decoded value as JSON.
const { SchemaRegistry } = require('@kafkajs/confluent-schema-registry');
const { readFileSync } = require('fs');

async function main() {
  const registry = new SchemaRegistry({ host: process.argv[2] });
  const value = Buffer.from(readFileSync(0, 'utf8'), 'base64');
  console.log(JSON.stringify(await registry.decode(value)));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
