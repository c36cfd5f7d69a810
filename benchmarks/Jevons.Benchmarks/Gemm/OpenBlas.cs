using System.Runtime.InteropServices;
using Jevons.Kernels;

namespace Jevons.Benchmarks;

/// <summary>OpenBLAS, loaded into this process from a file that the caller names.</summary>
internal sealed unsafe class OpenBlas : IDisposable
{
    private const int RowMajor = 101;
    private const int Plain = 111;
    private const int Transposed = 112;

    private readonly nint _library;
    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _multiply;

    /// <summary>Loads it.</summary>
    /// <param name="path">libopenblas.so with 32-bit integers.</param>
    /// <param name="threads">Threads of a product.</param>
    /// <exception cref="FileNotFoundException">There is no such library.</exception>
    /// <exception cref="InvalidOperationException">It lacks a function.</exception>
    public OpenBlas(string path, int threads)
    {
        if (!NativeLibrary.TryLoad(Path.GetFullPath(path), out _library))
        {
            throw new FileNotFoundException($"--openblas: '{path}' is no library that loads here; name a libopenblas.so");
        }

        _multiply = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)Find("cblas_sgemm");
        ((delegate* unmanaged<int, void>)Find("openblas_set_num_threads"))(threads);
        Version = $"{Text("openblas_get_config")}, kernels of {Text("openblas_get_corename")}";
    }

    /// <summary>What it calls itself, and the processor whose kernels it chose.</summary>
    public string Version { get; }

    /// <summary>C = the product.</summary>
    /// <param name="form">How A and B are stored.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C.</param>
    public void Multiply(GemmForm form, Tensor a, Tensor b, Tensor c) => _multiply(
        RowMajor,
        form == GemmForm.TN ? Transposed : Plain,
        form == GemmForm.NT ? Transposed : Plain,
        c.Rows,
        c.Cols,
        form == GemmForm.TN ? a.Rows : a.Cols,
        1,
        a.Pointer,
        a.Stride,
        b.Pointer,
        b.Stride,
        0,
        c.Pointer,
        c.Stride);

    /// <inheritdoc/>
    public void Dispose() => NativeLibrary.Free(_library);

    private nint Find(string name) => NativeLibrary.TryGetExport(_library, name, out nint address)
        ? address
        : throw new InvalidOperationException($"--openblas: the library has no {name}");

    private string Text(string name) => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Find(name))())?.Trim() ?? "?";
}
