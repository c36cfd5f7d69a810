namespace Jevons.Inference;

internal static class Placeholder;
