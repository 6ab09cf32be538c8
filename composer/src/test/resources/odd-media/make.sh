#!/bin/sh
# Makes the media files beside it, which OddSourcesScenarioTest and RefusedSourcesScenarioTest normalise. They are checked
# in, since continuous integration has no ffmpeg; made with ffmpeg 5.1. A flash of the whole picture (0.1 s) and a beep of 1 kHz at every full second.
set -e
cd "$(dirname "$0")"
V="color=black:s=160x90:r=30:d=4,drawbox=enable='lt(mod(t,1),0.1)*gte(t,0.99)':color=white:t=fill"
A="aevalsrc=0.5*sin(2*PI*1000*t)*lt(mod(t\,1)\,0.1)*gte(t\,0.99):s=48000:d=4"
q="ffmpeg -hide_banner -v error -y"
$q -f lavfi -i "$V" -f lavfi -i "$A" -c:v libx264 -preset veryfast -pix_fmt yuv420p -bf 2 -g 30 -sc_threshold 0 -c:a aac -b:a 48k good.mp4
$q -f lavfi -i "$(echo "$A" | sed 's/:d=4/:d=6/')" -c:a aac -b:a 48k six.m4a

$q -f lavfi -i "$A" -b:a 32k voice.mp3

# Its index in front, and its sound behind all of its pictures
$q -i good.mp4 -c copy -movflags +faststart faststart.mp4

# Holes in the sound: 45 ms at its start, packets of 21 ms lost
$q -i good.mp4 -c copy -movflags frag_keyframe+empty_moov+default_base_moof frag-bframes.mp4
$q -i good.mp4 -c copy -use_editlist 0 no-editlist.mp4
$q -i good.mp4 -c copy -bsf:a "noise=drop='not(mod(n+1\,9))'" lost-aac-packets.mkv

# Time that starts again, jumps on (two recordings, one after the other), and passes 2^33 ticks
$q -i good.mp4 -t 1.5 -c copy -f mpegts a.bin
$q -ss 2.5 -i good.mp4 -c copy -f mpegts b.bin
cat a.bin b.bin > restart.ts
$q -ss 2.5 -i good.mp4 -c copy -output_ts_offset 100 -f mpegts b.bin
cat a.bin b.bin > jump.ts
$q -i good.mp4 -c copy -output_ts_offset 95440 wrap.ts
$q -i good.mp4 -c copy -bsf:v "setts=pts=if(gte(PTS\,2000)\,PTS+96000\,PTS):dts=if(gte(PTS\,2000)\,DTS+96000\,DTS)" -bsf:a "setts=pts=if(gte(PTS\,2000)\,PTS+96000\,PTS):dts=if(gte(PTS\,2000)\,DTS+96000\,DTS)" -f matroska jump.mkv
$q -i good.mp4 -an -c copy -bsf:v "setts=pts=if(gte(PTS\,2000)\,PTS+36000000\,PTS):dts=if(gte(PTS\,2000)\,DTS+36000000\,DTS)" gap-of-ten-hours.mkv

# Starts and ends
$q -itsoffset 3600 -i good.mp4 -itsoffset 3600 -i good.mp4 -map 0:v -map 1:a -c copy -copyts start-3600.mkv
$q -i good.mp4 -itsoffset 0.5 -i good.mp4 -map 0:v -map 1:a -c copy audio-late.mp4
$q -itsoffset 0.5 -i good.mp4 -i good.mp4 -map 0:v -map 1:a -c copy video-late.mp4
$q -i good.mp4 -i six.m4a -map 0:v -map 1:a -c copy audio-longer.mp4
$q -ss 0.5 -i good.mp4 -c copy edit-list.mp4
$q -i good.mp4 -frames:v 1 -an -c:v copy one-frame.mp4

# What is refused
$q -i good.mp4 -c copy -encryption_scheme cenc-aes-ctr -encryption_key 00112233445566778899aabbccddeeff -encryption_kid 00112233445566778899aabbccddeeff encrypted.mp4
$q -i good.mp4 -an -r 5 -t 1 a.gif
$q -i good.mp4 -an -t 0.2 -c:v wmv2 a.wmv
$q -i good.mp4 -an -t 0.2 -c copy a.flv
$q -i good.mp4 -frames:v 1 -update 1 a.png
rm a.bin b.bin six.m4a
