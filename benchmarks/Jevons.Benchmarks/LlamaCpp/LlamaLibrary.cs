using System.Runtime.InteropServices;
using System.Text;

namespace Jevons.Benchmarks;

/// <summary>llama.cpp's libraries, loaded into this process from a folder that the caller names.</summary>
internal static unsafe class LlamaLibrary
{
    private const int WarningLevel = 3;

    private static readonly Dictionary<string, nint> s_handles = new(StringComparer.Ordinal);
    private static readonly StringBuilder s_complaints = new();
    private static bool s_isLoaded;

    /// <summary>What the library calls itself and the kernels that it chose, as "v0.5.0, libggml-cpu-zen4.so".</summary>
    public static string Version { get; private set; } = "";

    /// <summary>Warnings and errors since the last call, for a message.</summary>
    public static string TakeComplaints()
    {
        lock (s_complaints)
        {
            string text = s_complaints.ToString().Trim();
            s_complaints.Clear();
            return text;
        }
    }

    /// <summary>Loads the libraries and lets them choose the kernels of this processor. Does nothing the second time.</summary>
    /// <param name="folder">Folder of libllama, libggml, libggml-base and the libggml-cpu variants.</param>
    /// <exception cref="FileNotFoundException">A library is missing.</exception>
    public static void Load(string folder)
    {
        if (s_isLoaded)
        {
            return;
        }

        s_handles[LlamaNative.GgmlBase] = NativeLibrary.Load(Find(folder, "libggml-base"));
        s_handles[LlamaNative.Ggml] = NativeLibrary.Load(Find(folder, "libggml"));
        s_handles[LlamaNative.Llama] = NativeLibrary.Load(Find(folder, "libllama"));
        NativeLibrary.SetDllImportResolver(
            typeof(LlamaLibrary).Assembly, (name, _, _) => s_handles.GetValueOrDefault(name));
        LlamaNative.LogSet(&Log, null);
        LlamaNative.LoadProcessors(folder);
        LlamaNative.BackendInit();
        string cpu = LoadedProcessor(folder);
        s_handles[LlamaNative.GgmlCpu] = NativeLibrary.Load(cpu);
        Version = $"{Marshal.PtrToStringUTF8((nint)LlamaNative.Version())}, {Path.GetFileName(cpu)}";
        TakeComplaints();
        s_isLoaded = true;
    }

    // libllama.so, or with a version between: libllama.v0.5.0.so. Not libllama-common.so.
    private static string Find(string folder, string name)
    {
        string[] found = Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, $"{name}*.so").Where(f => Path.GetFileName(f)[name.Length] == '.').Order(StringComparer.Ordinal)]
            : [];
        return found.Length > 0
            ? Path.GetFullPath(found[0])
            : throw new FileNotFoundException($"{folder}: {name}.so (or {name}.VERSION.so) is not there; name the folder of llama.cpp's libraries");
    }

    // Several variants lie in the folder; the one in the process's map was chosen.
    private static string LoadedProcessor(string folder)
    {
        string prefix = Path.Combine(Path.GetFullPath(folder), "libggml-cpu");
        string? line = File.ReadLines("/proc/self/maps").FirstOrDefault(l => l.Contains(prefix, StringComparison.Ordinal));
        return line is null
            ? throw new InvalidOperationException($"{folder}: llama.cpp loaded no libggml-cpu for this processor. {TakeComplaints()}")
            : line[line.IndexOf(prefix, StringComparison.Ordinal)..];
    }

    // Info goes to stderr by default and would drown the table. Levels: 2 info, 3 warning, 4 error, 5 continuation.
    [UnmanagedCallersOnly]
    private static void Log(int level, byte* text, void* state)
    {
        if (level is >= WarningLevel and <= 4)
        {
            lock (s_complaints)
            {
                s_complaints.Append(Marshal.PtrToStringUTF8((nint)text));
            }
        }
    }
}
