export { type Engine, type EngineOptions, startEngine } from './engine.ts';
export { EngineError, type EngineErrorCode } from './error.ts';
