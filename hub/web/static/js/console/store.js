// What this page must not forget: in the device's storage, so that a reload forgets nothing either; what that does not
// take, since it is full, in memory.

const memory = new Map();

export const store = {
  keys: () => [...new Set([...Object.keys(localStorage), ...memory.keys()])],
  getItem: (key) => memory.get(key) ?? localStorage.getItem(key),
  setItem(key, value) {
    memory.delete(key);
    try {
      localStorage.setItem(key, value);
    } catch {
      memory.set(key, value);
    }
  },
  /** Would a reload lose it? */
  isOnlyHere: (key) => memory.has(key),
  removeItem(key) {
    memory.delete(key);
    localStorage.removeItem(key);
  },
};
