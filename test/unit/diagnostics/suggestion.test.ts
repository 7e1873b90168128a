import assert from 'node:assert/strict';
import { didYouMean, nearest } from '../../../daemon/diagnostics/suggestion.js';

describe('suggestions', () => {
  const words = ['proc.name', 'proc.pname', 'fd.name', 'evt.type'];
  it('are the nearest word', () => {
    assert.equal(nearest('proc.nmae', words), 'proc.name');
    assert.equal(nearest('evt.typ', words), 'evt.type');
    assert.equal(nearest('PROC.PNAME', words), 'proc.pname');
    assert.equal(didYouMean('fd.nam', words), "did you mean 'fd.name'?");
  });
  it('are not made where nothing is near, or what is written is a word', () => {
    assert.equal(nearest('container.id', words), undefined);
    assert.equal(nearest('fd', ['if', 'ok']), undefined);
    assert.equal(nearest('proc.name', ['proc.name']), undefined);
    assert.equal(nearest('a', ['b', '<', 'in']), undefined);
    assert.equal(nearest('x'.repeat(1_000_000), words), undefined);
  });
});
