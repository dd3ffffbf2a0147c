"""One-way dataflow constraints with strengths, kept satisfied incrementally: polymorphic calls, lists, identity."""
import sys

REQUIRED, STRONG, MEDIUM, WEAK, WEAKEST = range(5)


class Variable:
    def __init__(self, name, value):
        self.name = name
        self.value = value
        self.constraints = []
        self.decided_by = None
        self.strength = WEAKEST
        self.mark = 0
        self.stay = True


class Constraint:
    def __init__(self, planner, strength):
        self.planner = planner
        self.strength = strength
        self.output = None

    def variables(self):
        raise NotImplementedError

    def choices(self):
        """The variables that this constraint could decide."""
        return self.variables()

    def inputs(self):
        return [variable for variable in self.variables() if variable is not self.output]

    def add(self):
        for variable in self.variables():
            variable.constraints.append(self)
        self.planner.satisfy(self)
        return self

    def remove(self):
        for variable in self.variables():
            variable.constraints.remove(self)
        if self.output is not None:
            self.planner.retract(self)

    def choose(self, mark):
        best = None
        for variable in self.choices():
            if variable.mark != mark and variable.strength > self.strength:
                if best is None or variable.strength > best.strength:
                    best = variable
        self.output = best
        return best is not None

    def out_strength(self):
        weakest = self.strength
        for variable in self.inputs():
            weakest = max(weakest, variable.strength)
        return weakest

    def execute(self):
        pass


class Stay(Constraint):
    def __init__(self, planner, variable, strength):
        super().__init__(planner, strength)
        self.variable = variable

    def variables(self):
        return [self.variable]


class Edit(Stay):
    pass


class Equal(Constraint):
    def __init__(self, planner, left, right, strength=REQUIRED):
        super().__init__(planner, strength)
        self.left, self.right = left, right

    def variables(self):
        return [self.left, self.right]

    def execute(self):
        if self.output is self.left:
            self.left.value = self.right.value
        else:
            self.right.value = self.left.value


class Scale(Constraint):
    """target = source * factor + offset, in both directions."""

    def __init__(self, planner, source, factor, offset, target, strength=REQUIRED):
        super().__init__(planner, strength)
        self.source, self.factor, self.offset, self.target = source, factor, offset, target

    def variables(self):
        return [self.source, self.factor, self.offset, self.target]

    def choices(self):
        return [self.source, self.target]

    def execute(self):
        if self.output is self.target:
            self.target.value = self.source.value * self.factor.value + self.offset.value
        else:
            self.source.value = (self.target.value - self.offset.value) // self.factor.value


class Planner:
    def __init__(self):
        self.mark = 0

    def satisfy(self, constraint):
        """Satisfies it and, in turn, whatever weaker constraint it pushes out."""
        self.mark += 1
        mark = self.mark
        while constraint is not None and constraint.choose(mark):
            output = constraint.output
            pushed = output.decided_by
            if pushed is not None:
                pushed.output = None
            output.decided_by = constraint
            self.propagate(output)
            output.mark = mark
            for variable in constraint.inputs():
                variable.mark = mark
            constraint = pushed

    def retract(self, constraint):
        output = constraint.output
        constraint.output = None
        output.decided_by = None
        output.strength = WEAKEST
        output.stay = True
        unsatisfied = []
        waiting = [output]
        while waiting:
            variable = waiting.pop()
            for other in variable.constraints:
                if other.output is None:
                    unsatisfied.append(other)
                elif other.output is not variable:
                    self.recalculate(other)
                    waiting.append(other.output)
        for other in sorted(unsatisfied, key=lambda c: c.strength):
            self.satisfy(other)

    def recalculate(self, constraint):
        output = constraint.output
        output.strength = constraint.out_strength()
        output.stay = not isinstance(constraint, Edit) and all([v.stay for v in constraint.inputs()])
        if output.stay:
            constraint.execute()

    def propagate(self, variable):
        waiting = [variable]
        first = True
        while waiting:
            current = waiting.pop()
            if first or current.decided_by is not None:
                self.recalculate(current.decided_by)
            first = False
            for constraint in current.constraints:
                if constraint.output is not None and constraint.output is not current:
                    waiting.append(constraint.output)

    def plan_from(self, variable):
        """The constraints to execute, in order, whenever variable changes."""
        plan, waiting = [], [variable]
        while waiting:
            current = waiting.pop()
            for constraint in current.constraints:
                if constraint.output is not None and constraint.output is not current:
                    plan.append(constraint)
                    waiting.append(constraint.output)
        return plan


def chain(n):
    planner = Planner()
    row = [Variable(f"v{i}", 0) for i in range(n + 1)]
    for left, right in zip(row, row[1:]):
        Equal(planner, left, right).add()
    Stay(planner, row[-1], MEDIUM).add()
    edit = Edit(planner, row[0], STRONG).add()
    plan = planner.plan_from(row[0])
    checksum = 0
    for value in range(60):
        row[0].value = value
        for constraint in plan:
            constraint.execute()
        checksum += row[-1].value
    edit.remove()
    return checksum, len(plan)


def projection(n):
    planner = Planner()
    scale, offset = Variable("scale", 10), Variable("offset", 1000)
    Stay(planner, scale, STRONG).add()
    Stay(planner, offset, STRONG).add()
    sources, targets = [], []
    for i in range(n):
        source, target = Variable(f"s{i}", i), Variable(f"t{i}", i)
        sources.append(source)
        targets.append(target)
        Stay(planner, source, MEDIUM).add()
        Scale(planner, source, scale, offset, target).add()

    def change(variable, value):
        edit = Edit(planner, variable, STRONG if variable in sources else REQUIRED).add()
        variable.value = value
        for constraint in planner.plan_from(variable):
            constraint.execute()
        edit.remove()

    for i in range(0, n, 3):
        change(sources[i], 17 + i)
    change(scale, 5)
    change(offset, 2000)
    return sum([target.value for target in targets]), sum([source.value for source in sources])


def main(n):
    print(f"deltablue {n}:", *chain(n), *projection(n))


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_800)
