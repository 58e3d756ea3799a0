// A page whose result is on the way looks again by itself.
const PAUSE = 5000; // ms

setTimeout(() => location.reload(), PAUSE);
