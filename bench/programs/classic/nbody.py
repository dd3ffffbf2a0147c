"""Planets under gravity: float arithmetic on small lists."""
import sys

SUN, YEAR = 39.47841760435743, 365.24
# position, velocity per day, mass
BODIES = [
    ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 1.0),
    ([4.84, -1.16, -0.10], [0.00166, 0.00769, -0.00007], 9.5e-4),
    ([8.34, 4.12, -0.40], [-0.00277, 0.00499, 0.00002], 2.8e-4),
    ([12.89, -15.11, -0.22], [0.00296, 0.00237, -0.00003], 4.4e-5),
    ([15.38, -25.92, 0.18], [0.00268, 0.00163, -0.00010], 5.1e-5),
]


def system():
    return [(position[:], [v * YEAR for v in velocity], mass * SUN) for position, velocity, mass in BODIES]


def pairs_of(bodies):
    return [(bodies[i], bodies[j]) for i in range(len(bodies)) for j in range(i + 1, len(bodies))]


def energy(bodies, pairs):
    total = 0.0
    for _, (vx, vy, vz), mass in bodies:
        total += 0.5 * mass * (vx * vx + vy * vy + vz * vz)
    for (p, _, m), (q, _, n) in pairs:
        dx, dy, dz = p[0] - q[0], p[1] - q[1], p[2] - q[2]
        total -= m * n / (dx * dx + dy * dy + dz * dz) ** 0.5
    return total


def advance(bodies, pairs, dt, steps):
    for _ in range(steps):
        for (p, v, m), (q, w, n) in pairs:
            dx = p[0] - q[0]
            dy = p[1] - q[1]
            dz = p[2] - q[2]
            square = dx * dx + dy * dy + dz * dz
            force = dt / (square * square ** 0.5)
            pull, push = n * force, m * force
            v[0] -= dx * pull
            v[1] -= dy * pull
            v[2] -= dz * pull
            w[0] += dx * push
            w[1] += dy * push
            w[2] += dz * push
        for p, (vx, vy, vz), _ in bodies:
            p[0] += dt * vx
            p[1] += dt * vy
            p[2] += dt * vz


def main(steps):
    bodies = system()
    pairs = pairs_of(bodies)
    before = energy(bodies, pairs)
    advance(bodies, pairs, 0.01, steps)
    print(f"nbody {steps}: {before:.9f} {energy(bodies, pairs):.9f}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 220_000)
