namespace Jevons.Hub;

internal static class Placeholder;
