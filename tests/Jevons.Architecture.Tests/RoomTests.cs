namespace Jevons.Architecture.Tests;

/// <summary>The picture in docs/architecture.md, held by what the compiled rooms refer to.</summary>
public sealed class RoomTests
{
    // A room and the rooms that it names directly; through them it may use theirs too, never one below itself.
    private static readonly (string Room, string[] RefersTo)[] s_rooms =
    [
        ("Numerics", []),
        ("Kernels", ["Numerics"]),
        ("Formats", ["Numerics"]),
        ("Tokenization", []),
        ("Models", ["Kernels", "Formats"]),
        ("Inference", ["Models", "Tokenization"]),
        ("Training", ["Inference"]),
        ("Hub", ["Formats"]),
        ("Cli", ["Training", "Hub"]),
    ];

    // What only some rooms may touch; a trailing dot stands for a namespace. Regular expressions are kept out of Tokenization,
    // where .NET's classes miss the supplementary planes.
    private static readonly (string Prefix, string[] Rooms)[] s_reserved =
    [
        ("System.Runtime.Intrinsics.", ["Numerics", "Kernels"]),
        ("System.Runtime.InteropServices.NativeMemory", ["Numerics"]),
        ("System.IO.MemoryMappedFiles.", ["Formats"]),
        ("System.Threading.Thread", ["Numerics", "Inference"]),
        ("System.Threading.Tasks.Parallel", []),
        ("System.Net.Http.", ["Hub", "Cli"]),
        ("System.Net.Sockets.", []),
        ("System.Console", ["Cli"]),
        ("System.IO.File", ["Formats", "Training", "Hub", "Cli"]),
        ("System.Text.RegularExpressions.", ["Formats", "Hub", "Cli"]),
    ];

    public static TheoryData<string> Rooms => [.. s_rooms.Select(r => r.Room)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void ARoomRefersOnlyToRoomsAboveIt(string room)
    {
        IReadOnlySet<string> found = RoomAssemblies.ReferencedRooms(room);
        IReadOnlySet<string> allowed = Above(room);
        Assert.True(found.IsSubsetOf(allowed), $"{room} refers to {string.Join(", ", found.Except(allowed, StringComparer.Ordinal))}, allowed are {string.Join(", ", allowed)}");
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void ARoomTouchesOnlyWhatItMay(string room)
    {
        IReadOnlySet<string> types = RoomAssemblies.ReferencedTypes(room);
        foreach ((string prefix, string[] rooms) in s_reserved)
        {
            if (!rooms.Contains(room, StringComparer.Ordinal))
            {
                string[] touched = [.. types.Where(t => prefix.EndsWith('.') ? t.StartsWith(prefix, StringComparison.Ordinal) : t == prefix)];
                Assert.True(touched.Length == 0, $"{room} uses {string.Join(", ", touched)}, which is for {string.Join(", ", rooms)}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void PointersLiveInNumericsKernelsAndTheMappedView(string room) =>
        Assert.Equal(room is "Numerics" or "Kernels" or "Formats", RoomAssemblies.AllowsPointers(room));

    // By source text: the compiler itself names Unsafe in what it makes of collection expressions.
    [Theory]
    [MemberData(nameof(Rooms))]
    public void UnsafeIsWrittenInNumericsKernelsAndFormatsOnly(string room)
    {
        string source = Path.Combine(Jevons.Testing.SharedData.RepositoryRoot(), "src", $"Jevons.{room}");
        string[] found = [.. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(f => File.ReadAllText(f).Contains("Unsafe.", StringComparison.Ordinal))];
        Assert.True(found.Length == 0 || room is "Numerics" or "Kernels" or "Formats", $"{room} uses Unsafe in {string.Join(", ", found)}");
    }

    [Fact]
    public void EveryRoomOnDiskIsInTheTable()
    {
        string source = Path.Combine(Jevons.Testing.SharedData.RepositoryRoot(), "src");
        string[] found = [.. Directory.GetDirectories(source).Select(d => Path.GetFileName(d)["Jevons.".Length..]).Order(StringComparer.Ordinal)];
        Assert.Equal([.. s_rooms.Select(r => r.Room).Order(StringComparer.Ordinal)], found);
    }

    private static HashSet<string> Above(string room)
    {
        HashSet<string> above = new(StringComparer.Ordinal);
        foreach (string direct in Array.Find(s_rooms, r => r.Room == room).RefersTo)
        {
            above.Add(direct);
            above.UnionWith(Above(direct));
        }

        return above;
    }
}
