# How a command's JVM is started, from a checkout and from a distribution: sourced by both front doors.
# shellcheck shell=bash

# launch HOME DATA CLASSPATH MAIN BUILT COMMAND…
#   HOME has flink-conf; DATA is where commands keep what they keep; BUILT is as old as the class path.
launch() {
  local home=$1 data=$2 classpath=$3 main=$4 built=$5
  shift 5
  # Java takes file names for what the locale says, and filming teams write diacritics.
  case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
    *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) ;;
    *) export LC_ALL=C.UTF-8 ;;
  esac
  export KINEBEAM_CACHE_DIR=${KINEBEAM_CACHE_DIR:-$data/render/mezzanines}
  export KINEBEAM_RENDER_DIR=${KINEBEAM_RENDER_DIR:-$data/render}
  local tuning=() keeping='' archive=$data/compose.jsa
  case "${1:-}" in
    compose)
      tuning=(-XX:TieredStopAtLevel=1) # ends before the optimising compiler pays
      # Classes as the JVM has read and checked them, kept by the first compose after a build.
      if [ "$archive" -nt "$built" ] && [ "$archive" -nt "$JAVA_HOME/lib/modules" ]; then
        tuning+=(-XX:SharedArchiveFile="$archive" -Xlog:disable)
      elif mkdir -p "$data" 2>/dev/null && [ -w "$data" ]; then
        keeping=$archive.$$
        tuning+=(-XX:ArchiveClassesAtExit="$keeping" -Xlog:disable)
      fi
      ;;
    bundle | migrate | org | person | consent) tuning=(-XX:TieredStopAtLevel=1) ;; # short, or its children do the work
    gateway | core-api | worker | video-host) tuning=(@"$home/flink-conf/$1-jvm.options"); export MALLOC_ARENA_MAX=2 ;;
    bench) tuning=(-XX:-UseSerialGC -XX:+UseParallelGC -Xmx3g) ;; # as a worker of a cluster would run
  esac
  local options # split at blanks, not expanded as file names
  read -ra options <<<"${KINEBEAM_JAVA_OPTS:-}"
  local program=("$JAVA_HOME/bin/java" -Dkinebeam.home="$home" -Dkinebeam.data="$data" @"$home/flink-conf/jvm.options"
    "${tuning[@]}" "${options[@]}" -cp "$classpath" "$main" "$@")
  [ -n "$keeping" ] || exec "${program[@]}"
  local ended=0 child
  "${program[@]}" &
  child=$!
  trap 'kill -TERM "$child" 2>/dev/null' TERM INT HUP
  wait "$child" || ended=$?
  while kill -0 "$child" 2>/dev/null; do wait "$child" || ended=$?; done # a signal ends a wait before its time
  # Only a compose that went through has read all the classes.
  if [ $ended = 0 ] && [ -f "$keeping" ]; then mv -f "$keeping" "$archive"; else rm -f "$keeping"; fi
  exit $ended
}
