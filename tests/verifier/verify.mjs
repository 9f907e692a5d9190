// Checks credentials with Digital Bazaar's software. Nothing is fetched: whatever may be looked up comes in.
//
// In, as JSON on stdin: {now, documents: {address: document}, credentials: {name: credential}}.
// Out: {name: {verified, fallen, trouble}}, where `fallen` is what the credential's bit says, or null.

import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as vc from '@digitalbazaar/vc';

const {now, documents, credentials} = JSON.parse(readFileSync(0, 'utf8'));

async function documentLoader(address) {
  const [name, fragment] = address.split('#');
  let document = documents[address] ?? documents[name];
  if(document === undefined) {
    throw new Error(`Not among the documents: ${address}`);
  }
  if(fragment && name.startsWith('did:')) {
    const found = document.verificationMethod.find(method => method.id === address);
    if(found === undefined) {
      throw new Error(`No such key: ${address}`);
    }
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...found};
  }
  return {contextUrl: null, documentUrl: address, document};
}

function troubleOf(error) {
  return error ? [error.message, ...(error.errors ?? []).map(one => one.message)].join(': ') : '';
}

const suite = new DataIntegrityProof({cryptosuite});
const told = {};
for(const [name, credential] of Object.entries(credentials)) {
  const said = await vc.verifyCredential({
    credential, suite, documentLoader, now: new Date(now),
    checkStatus: credential.credentialStatus && (options => checkStatus({
      ...options, suite, documentLoader, verifyBitstringStatusListCredential: true, verifyMatchingIssuers: true,
    })),
  });
  told[name] = {
    verified: said.verified,
    fallen: said.statusResult?.results?.[0]?.status ?? null,
    trouble: troubleOf(said.error) || troubleOf(said.statusResult?.error),
  };
}
console.log(JSON.stringify(told));
