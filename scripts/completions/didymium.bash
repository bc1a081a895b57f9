# bash completion of didymium
_didymium() {
  local word=$2 command=${COMP_WORDS[1]}
  local common="--output --set --prices --as-of --several-starts --json --quiet --help"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "run compare explain check export audit value sensitivity list help version --help --version" -- "$word"))
  elif [[ $word == -* ]]; then
    case $command in
      explain) COMPREPLY=($(compgen -W "--material --region --year --json --help" -- "$word")) ;;
      export) COMPREPLY=($(compgen -W "--format --output --help" -- "$word")) ;;
      check) COMPREPLY=($(compgen -W "--set --prices --as-of --json --quiet --help" -- "$word")) ;;
      audit) COMPREPLY=($(compgen -W "--run --against --strict --json --quiet --help" -- "$word")) ;;
      sensitivity) COMPREPLY=($(compgen -W "$common --draws --seed --threads" -- "$word")) ;;
      value) COMPREPLY=($(compgen -W "--process --prices --draws --seed --volatility --forward --tonnes --check-payment --json --help" -- "$word")) ;;
      run) COMPREPLY=($(compgen -W "$common --draws --seed --threads --sampling --resume --if-changed" -- "$word")) ;;
      compare)
        COMPREPLY=($(compgen -W "--set --prices --as-of --several-starts --equal-outlays --draws --seed --threads --sampling \
          --json --quiet --help" -- "$word")) ;;
      list) COMPREPLY=($(compgen -W "--json --help" -- "$word")) ;;
      *) COMPREPLY=($(compgen -W "$common" -- "$word")) ;;
    esac
  elif [ "$3" = --format ]; then
    COMPREPLY=($(compgen -W "mcp-json iamc xlsx csv" -- "$word"))
  elif [ "$3" = --sampling ]; then
    COMPREPLY=($(compgen -W "random sobol" -- "$word"))
  elif [ "$3" = --process ]; then
    COMPREPLY=($(compgen -W "geometric reverting jumps deck" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _didymium didymium
