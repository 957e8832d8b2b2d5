/* NAS benchmark EP in C, the peer of `npb/ep-c`: prints the seconds of its timed section, then the two sums. Argument: log2 of the pairs. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const uint64_t MULTIPLIER = 1220703125, SEED = 271828183, MASK = (1ull << 46) - 1;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
  const uint64_t pairs = 1ull << (argc > 1 ? atoi(argv[1]) : 24);
  const double scale = 1.0 / (double)(1ull << 46);
  double counts[10] = {0}, sx = 0, sy = 0;
  uint64_t state = SEED;
  const double start = seconds();
  for (uint64_t pair = 0; pair < pairs; pair++) {
    state = (uint64_t)((unsigned __int128)state * MULTIPLIER) & MASK;
    const double x = 2 * (state * scale) - 1;
    state = (uint64_t)((unsigned __int128)state * MULTIPLIER) & MASK;
    const double y = 2 * (state * scale) - 1;
    const double t = x * x + y * y;
    if (t > 1) continue;
    const double factor = sqrt(-2 * log(t) / t);
    const double gx = x * factor, gy = y * factor;
    counts[(int)fmax(fabs(gx), fabs(gy))] += 1;
    sx += gx;
    sy += gy;
  }
  printf("%.9f %.15e %.15e %.0f\n", seconds() - start, sx, sy, counts[0]);
  return 0;
}
