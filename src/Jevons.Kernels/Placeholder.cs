namespace Jevons.Kernels;

internal static class Placeholder;
