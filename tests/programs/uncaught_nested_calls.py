# exit: 1
# An exception through nested calls of every kind: functions, methods, a lambda, operators, a subscript, keyword arguments.


class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def withdraw(self, amount):
        self.balance = check(self, self.balance - amount)

    def __sub__(self, amount):
        self.withdraw(amount)
        return self

    def __getitem__(self, key):
        return {"owner": self.owner, "balance": self.balance}[key]

    @property
    def debt(self):
        return -self["balanc"]

    @staticmethod
    def describe(account, *, limit):
        return f"{account.owner} owes {account.debt} of {limit}"


def check(account, balance):
    if balance < 0:
        apply = lambda function, *args, **kwargs: function(*args, **kwargs)
        return len(apply(Account.describe, account, limit=100))
    return balance


account = Account("Ann", 10)
account - 5
print(account["balance"])
account - 2 - (
    1
) - 4
