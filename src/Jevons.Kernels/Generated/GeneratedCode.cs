using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// What every generated kernel shares: one argument, a pointer to its operands; the registers that a caller expects unchanged are
/// saved and restored; assembled code is placed in executable memory.
/// </summary>
internal static unsafe class GeneratedCode
{
    private static readonly AssemblerRegister64[] s_saved = [rbx, rbp, rsi, rdi, r12, r13, r14, r15];
    private static readonly AssemblerRegisterXMM[] s_savedByWindows = [xmm6, xmm7, xmm8, xmm9, xmm10, xmm11, xmm12, xmm13, xmm14, xmm15];

    /// <summary>The vector registers by number.</summary>
    public static AssemblerRegisterZMM[] Zmm { get; } =
    [
        zmm0, zmm1, zmm2, zmm3, zmm4, zmm5, zmm6, zmm7, zmm8, zmm9, zmm10, zmm11, zmm12, zmm13, zmm14, zmm15,
        zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27, zmm28, zmm29, zmm30, zmm31,
    ];

    /// <summary>Whether this system executes what a process wrote: a function that returns 42 is tried.</summary>
    public static bool IsAvailable { get; } = CanRun(ExecutableMemory.TryPlace);

    /// <summary>Tries a function that returns 42.</summary>
    /// <param name="place">Makes code executable.</param>
    /// <returns>False where the system refuses, and on other processors than x64.</returns>
    public static bool CanRun(CodePlacer place)
    {
        Assembler c = new(64);
        c.mov(eax, 42);
        c.ret();
        void* code = System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64
            ? place(Bytes(c))
            : null;
        return code is not null && ((delegate* unmanaged<int>)code)() == 42;
    }

    /// <summary>Assembles and places a kernel.</summary>
    /// <param name="body">Emits what happens between entry and return; r11 holds the argument, every register but rsp may be used.</param>
    /// <returns>A function of one pointer.</returns>
    /// <exception cref="ExecutableMemoryException">Memory could not be made executable although it could at the first try.</exception>
    public static void* Build(Action<Assembler> body)
    {
        Assembler c = new(64);
        bool isWindows = OperatingSystem.IsWindows();
        foreach (AssemblerRegister64 register in s_saved)
        {
            c.push(register);
        }

        if (isWindows)
        {
            c.sub(rsp, 16 * s_savedByWindows.Length);
            for (int i = 0; i < s_savedByWindows.Length; i++)
            {
                c.vmovups(__xmmword_ptr[rsp + (16 * i)], s_savedByWindows[i]);
            }
        }

        c.mov(r11, isWindows ? rcx : rdi);
        body(c);
        c.vzeroupper();
        if (isWindows)
        {
            for (int i = 0; i < s_savedByWindows.Length; i++)
            {
                c.vmovups(s_savedByWindows[i], __xmmword_ptr[rsp + (16 * i)]);
            }

            c.add(rsp, 16 * s_savedByWindows.Length);
        }

        foreach (AssemblerRegister64 register in s_saved.Reverse())
        {
            c.pop(register);
        }

        c.ret();
        void* code = ExecutableMemory.TryPlace(Bytes(c));
        return code is not null ? code : throw new ExecutableMemoryException();
    }

    private static byte[] Bytes(Assembler c)
    {
        using MemoryStream stream = new();
        c.Assemble(new StreamCodeWriter(stream), 0);
        return stream.ToArray();
    }
}
