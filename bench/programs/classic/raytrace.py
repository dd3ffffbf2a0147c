"""Spheres over a checkered floor: small objects, operators as methods, recursion, float functions."""
import math
import sys


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def unit(self):
        return self * (1.0 / math.sqrt(self.dot(self)))

    def mirrored(self, normal):
        return self - normal * (2.0 * self.dot(normal))


class Sphere:
    def __init__(self, center, radius, color, shine):
        self.center, self.radius, self.color, self.shine = center, radius, color, shine

    def hit(self, origin, direction):
        to_center = self.center - origin
        along = to_center.dot(direction)
        square = self.radius * self.radius - to_center.dot(to_center) + along * along
        if square < 0.0:
            return None
        distance = along - math.sqrt(square)
        return distance if distance > 1e-6 else None

    def normal(self, point):
        return (point - self.center).unit()

    def color_at(self, point):
        return self.color


class Floor:
    shine = 0.2
    up = Vector(0.0, 1.0, 0.0)

    def hit(self, origin, direction):
        if direction.y > -1e-6:
            return None
        distance = -(origin.y + 1.0) / direction.y
        return distance if distance > 1e-6 else None

    def normal(self, point):
        return self.up

    def color_at(self, point):
        return 0.9 if (math.floor(point.x) + math.floor(point.z)) % 2 else 0.3


class Scene:
    def __init__(self):
        self.things = [Floor()]
        self.lights = [Vector(5.0, 8.0, -5.0), Vector(-6.0, 5.0, -3.0)]
        for i in range(6):
            center = Vector(math.sin(i) * 2.5, 0.2 * i - 0.6, 4.0 + math.cos(i) * 2.0)
            self.things.append(Sphere(center, 0.5 + 0.05 * i, 0.5 + 0.08 * i, 0.3))

    def nearest(self, origin, direction):
        best = found = None
        for thing in self.things:
            distance = thing.hit(origin, direction)
            if distance is not None and (best is None or distance < best):
                best, found = distance, thing
        return best, found

    def trace(self, origin, direction, depth):
        distance, thing = self.nearest(origin, direction)
        if thing is None:
            return 0.5 + 0.5 * direction.y
        point = origin + direction * distance
        normal = thing.normal(point)
        light = 0.1
        for lamp in self.lights:
            way = (lamp - point).unit()
            cosine = way.dot(normal)
            if cosine > 0.0 and self.nearest(point, way)[1] is None:
                light += cosine * 0.45
        color = thing.color_at(point) * light
        if depth > 0 and thing.shine > 0.0:
            color += thing.shine * self.trace(point, direction.mirrored(normal), depth - 1)
        return color


def main(size):
    scene, eye = Scene(), Vector(0.0, 1.0, -4.0)
    total = 0
    for row in range(size):
        for column in range(size):
            direction = Vector(column / size - 0.5, 0.4 - row / size, 1.0).unit()
            total += int(255.0 * min(1.0, max(0.0, scene.trace(eye, direction, 3))))
    print(f"raytrace {size}: {total}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 250)
