/** What a view knows of an answer that it asked for. */

import { useCallback, useEffect, useRef, useState } from "./ui.js";

/**
 * Ask once per `key`, and again by `reload()`. An answer that a newer question has overtaken is dropped.
 * While it is asked again, the earlier answer stays.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @param {string} key what the question depends on
 * @returns {{answer: T | null, error: Error | null, reload: () => Promise<void>}}
 */
export function useAnswer(ask, key) {
  const [state, setState] = useState({ key: null, answer: null, error: null });
  const newest = useRef({ ask, number: 0 });
  newest.current.ask = ask;

  const reload = useCallback(async () => {
    const number = (newest.current.number += 1);
    const settle = (answer, error) => {
      if (newest.current.number !== number) return;
      setState((before) => ({ key, answer: answer ?? (before.key === key ? before.answer : null), error }));
    };
    try {
      settle(await newest.current.ask(), null);
    } catch (error) {
      settle(null, error);
      throw error;
    }
  }, [key]);

  useEffect(() => {
    reload().catch(() => {});
    return () => {
      newest.current.number += 1;
    };
  }, [reload]);

  const isOfThisKey = state.key === key;
  return { answer: isOfThisKey ? state.answer : null, error: isOfThisKey ? state.error : null, reload };
}
