namespace Jevons.Numerics;

internal static class Placeholder;
