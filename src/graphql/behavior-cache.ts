import type {} from 'postgraphile';

type Behavior = GraphileBuild.Build['behavior'];
type Matches = (this: Behavior, type: EntityType, entity: never, filter: Filter) => boolean | undefined;
type EntityType = keyof GraphileBuild.BehaviorEntities;
type Filter = keyof GraphileBuild.BehaviorStrings;

const answers = new WeakMap<
  Behavior,
  { checked: Set<string>; byBehavior: Map<string, Map<string, boolean | undefined>> }
>();
const cached = new WeakSet<object>();

/**
 * Remembers what PostGraphile computes again and again: whether a behaviour (a string with the rules of an entity)
 * allows something. It parses the string again for each question, which is two fifths of the time of a build, and there
 * are few distinct questions. The method is replaced on the class, because each build freezes its own instance.
 */
export const BehaviorCachePlugin: GraphileConfig.Plugin = {
  name: 'BehaviorCachePlugin',
  version: '1.0.0',
  schema: {
    hooks: {
      init(_, build) {
        const prototype: Behavior = Object.getPrototypeOf(build.behavior);
        if (!cached.has(prototype)) {
          cached.add(prototype);
          const { entityMatches } = prototype;
          prototype.entityMatches = remembering(entityMatches as Matches) as typeof entityMatches;
        }
        return _;
      },
    },
  },
};

function remembering(matches: Matches): Matches {
  return function (type, entity, filter) {
    const known = answers.get(this) ?? { checked: new Set(), byBehavior: new Map() };
    answers.set(this, known);
    const question = `${type} ${filter}`;
    // The first time it also checks that the filter is one that fits the type, and warns.
    if (!known.checked.has(question)) {
      known.checked.add(question);
      return matches.call(this, type, entity, filter);
    }
    const behavior: string = this.getBehaviorForEntity(type, entity).behaviorString;
    const byFilter = known.byBehavior.get(behavior) ?? new Map<string, boolean | undefined>();
    known.byBehavior.set(behavior, byFilter);
    if (!byFilter.has(filter)) byFilter.set(filter, matches.call(this, type, entity, filter));
    return byFilter.get(filter);
  };
}
