package dev.kinebeam.sample.libav;

/**
 * How sound is encoded.
 *
 * @param encoder libav's name of the encoder; it must take planar floats
 * @param sampleRate in Hz
 * @param channels 1 or 2
 * @param bitRate in bit/s
 */
public record AudioFormat(String encoder, int sampleRate, int channels, int bitRate) {}
