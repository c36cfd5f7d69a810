namespace Jevons.Tokenization;

internal static class Placeholder;
