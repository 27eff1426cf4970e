"""How far one word is from another, as typists make mistakes."""

from __future__ import annotations

__all__ = ["edit_distance"]


def edit_distance(first: str, second: str, limit: int) -> int:
    """Return how many letters must be changed, added, dropped or swapped; anything above `limit` when it is more.

    This is the optimal string alignment distance: a swap (`tilte`) counts as one mistake, as typists make it.
    """
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    if not first or not second:
        return len(first) + len(second)
    size = len(second)
    far = limit + 1
    two_ago: list[int] = []
    previous = list(range(size + 1))
    for row, a in enumerate(first, 1):
        # Further from the diagonal than the limit there is no way back.
        low, high = max(1, row - limit), min(size, row + limit)
        current = [far] * (size + 1)
        current[0] = row
        best = row
        for column in range(low, high + 1):
            b = second[column - 1]
            cost = previous[column - 1] + (a != b)
            if previous[column] < cost:
                cost = previous[column] + 1
            if current[column - 1] < cost:
                cost = current[column - 1] + 1
            if row > 1 and column > 1 and a == second[column - 2] and first[row - 2] == b:
                cost = min(cost, two_ago[column - 2] + 1)
            current[column] = cost
            if cost < best:
                best = cost
        if best > limit:
            return far
        two_ago, previous = previous, current
    return previous[-1]
