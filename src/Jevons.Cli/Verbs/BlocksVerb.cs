using System.CommandLine;
using System.Runtime.InteropServices;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary><c>blocks</c>: raw block bytes to little-endian f32 and back, the test bench of the formats.</summary>
internal static class BlocksVerb
{
    // Elements of a step: bounded memory for files of any size, and a multiple of every block.
    private const int StepElements = 1 << 20;

    /// <summary>Makes the verb.</summary>
    /// <param name="context">Streams and environment.</param>
    /// <returns>The command.</returns>
    public static VerbCommand Create(CliContext context) => new(
        "blocks",
        "Converts raw blocks of a weight type to floats and back.",
        "jevons blocks dequantize Q4_K weights.q.bin weights.f32",
        "jevons blocks quantize Q4_K weights.f32 weights.q.bin")
    {
        Direction(context, "dequantize", "Turns raw block bytes into little-endian f32.", isQuantize: false),
        Direction(context, "quantize", "Turns little-endian f32 into raw block bytes.", isQuantize: true),
    };

    private static Command Direction(CliContext context, string name, string description, bool isQuantize)
    {
        Argument<string> type = new("TYPE") { Description = "A type such as Q8_0, Q4_K, IQ4_XS, BF16." };
        type.CompletionSources.Add([.. TensorTypes.All.Where(isQuantize ? Quantize.IsSupported : Dequantize.IsSupported).Select(t => t.ToString())]);
        Argument<string> source = new("IN") { Description = "The file to read." };
        Argument<string> target = new("OUT") { Description = "The file to write." };
        Command command = new(name, description) { type, source, target };
        command.SetAction(parsed =>
        {
            TensorType chosen = Spellings.TensorType(parsed.GetRequiredValue(type), isQuantize ? Quantize.IsSupported : Dequantize.IsSupported);
            string input = parsed.GetRequiredValue(source);
            using FileStream read = File.Exists(input)
                ? new FileStream(input, FileMode.Open, FileAccess.Read, FileShare.Read)
                : throw new FileNotFoundException($"{input}: there is no such file", input);
            using OutputFile write = new(parsed.GetRequiredValue(target));
            int blockFloats = TensorTypes.BlockLength(chosen) * sizeof(float);
            int blockBytes = TensorTypes.BlockBytes(chosen);
            if (isQuantize)
            {
                Convert(context, read, blockFloats, write.Stream, blockBytes, chosen, (from, to) =>
                    Quantize.Row(chosen, MemoryMarshal.Cast<byte, float>(from), to));
            }
            else
            {
                Convert(context, read, blockBytes, write.Stream, blockFloats, chosen, (from, to) =>
                    Dequantize.Row(chosen, from, MemoryMarshal.Cast<byte, float>(to)));
            }

            write.Commit();
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Convert(
        CliContext context, FileStream read, int blockInput, Stream write, int blockOutput, TensorType type, StepConversion convert)
    {
        if (read.Length % blockInput != 0)
        {
            throw new InvalidDataException(
                $"{read.Name}: {read.Length} bytes are no whole number of {type} blocks, each of {blockInput} bytes here; the file is cut off or of another type");
        }

        int blocks = StepElements / TensorTypes.BlockLength(type);
        byte[] from = new byte[blocks * blockInput];
        byte[] to = new byte[blocks * blockOutput];
        for (long left = read.Length / blockInput; left > 0; left -= blocks)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            int now = (int)Math.Min(blocks, left);
            read.ReadExactly(from.AsSpan(0, now * blockInput));
            convert(from.AsSpan(0, now * blockInput), to.AsSpan(0, now * blockOutput));
            write.Write(to.AsSpan(0, now * blockOutput));
        }
    }

    private delegate void StepConversion(ReadOnlySpan<byte> from, Span<byte> to);
}
