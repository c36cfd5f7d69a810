using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Jevons.Architecture.Tests;

/// <summary>Reads what a room's compiled assembly refers to, without loading it.</summary>
internal static class RoomAssemblies
{
    public static string PathOf(string room) => Path.Combine(AppContext.BaseDirectory, room == "Cli" ? "jevons.dll" : $"Jevons.{room}.dll");

    public static IReadOnlySet<string> ReferencedRooms(string room) => Read(room, reader => reader.AssemblyReferences
        .Select(h => reader.GetString(reader.GetAssemblyReference(h).Name))
        .Where(n => n.StartsWith("Jevons.", StringComparison.Ordinal))
        .Select(n => n["Jevons.".Length..])
        .ToHashSet(StringComparer.Ordinal));

    public static IReadOnlySet<string> ReferencedTypes(string room) => Read(room, reader => reader.TypeReferences
        .Select(reader.GetTypeReference)
        .Select(t => $"{reader.GetString(t.Namespace)}.{reader.GetString(t.Name)}")
        .ToHashSet(StringComparer.Ordinal));

    /// <summary>True when the compiler was allowed pointers: it marks such a module as unverifiable.</summary>
    public static bool AllowsPointers(string room) =>
        ReferencedTypes(room).Contains("System.Security.UnverifiableCodeAttribute");

    private static T Read<T>(string room, Func<MetadataReader, T> read)
    {
        using FileStream stream = File.OpenRead(PathOf(room));
        using PEReader pe = new(stream);
        return read(pe.GetMetadataReader());
    }
}
